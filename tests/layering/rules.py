"""The rules of the layers, each a function over one file: `rule(path, text)` yields (line, message) for every breach.

Paths are relative to the top of the repository and use forward slashes. ARCHITECTURE.md lists the exceptions made here.
"""

import pathlib
import re

MAX_LINES = 400

# What an article is made of is written by one folder, and its paths, on its behalf, by one.
ARTICLE_WRITER = "services/catalog/store/articles/"
PATH_WRITER = "services/catalog/store/paths/"
ARTICLE_WRITE = re.compile(
    r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+catalog\."
    r"(articles|article_revisions|article_topics|article_authors|origins|identities|paths|clusters)\b", re.IGNORECASE)

# Where a third party's headers may be included, as patterns on the path. Tests beside the code count as the code.
DATABASE = [r"^common/pg/", r"^common/testing/", r"/postgres_\w+\.(h|cc)$", r"_pgtest\.cc$"]
RPC = [r"^common/rpc/", r"^common/testing/", r"_service\w*\.(h|cc)$", r"/client/", r"/main\.cc$", r"_server\w*\.(h|cc)$", r"_pgtest\.cc$"]
THIRD_PARTIES = {
    r"(pqxx/|libpq)": DATABASE,
    r"(grpcpp/|grpc/|.*\.grpc\.pb\.h$)": RPC,
    r"lmdb\.h$": [r"^services/query/replica/store/"],
    r"(zstd|zdict)\.h$": [r"^services/query/replica/store/"],
    r"xapian": [r"^services/query/search/"],
    r"libxml/": [r"^services/ingestion/parse/", r"^services/query/render/"],
    r"gumbo\.h$": [r"^common/html/"],
    r"curl/": [r"^common/http/"],
    r"microhttpd\.h$": [r"^common/http/"],
    r"spdlog/": [r"^common/obs/"],
}
# The same for what CMake links, by folder.
LINKED = {
    "PkgConfig::PQXX": r"^(common/(pg|testing)|services/\w+/store)$",
    "PkgConfig::LMDB": r"^services/query/replica$",
    "PkgConfig::XAPIAN": r"^(services/query/search|tests/bench)$",
    "PkgConfig::ZSTD": r"^services/query/replica$",
    "PkgConfig::GUMBO": r"^(common/html|tests/bench)$",
    "LibXml2::LibXml2": r"^services/(ingestion/parse|query/render)$",
    "CURL::libcurl": r"^common/http$",
    "PkgConfig::MICROHTTPD": r"^common/http$",
    "spdlog::spdlog": r"^common/obs$",
}
SERVICES = ("catalog", "cli", "ingestion", "query")
# A command that needs no server (`feed inspect`) is the pipeline's own steps.
CLI_MAY_USE = re.compile(r"^(services/ingestion/(parse|pipeline)/|ingestion_(parse|pipeline)$)")

# The fakes of the catalog serve the tests of every service that uses it; what tests share is linked in folders of its own.
FAKES = re.compile(r"^(services/catalog/testing/|catalog_testing(_\w+)?$)")
TESTING_FOLDER = re.compile(r"^services/\w+/testing$")

# Folders that work on what strangers wrote: no look behind the end of a text may throw.
CLIPPED = [r"^common/(html|http|text|url)/", r"^services/"]
# A cut at the beginning cannot throw.
THROWING_CUT = re.compile(r"(\.|->)substr\((?!0\s*[,)])")

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')
STRING = re.compile(r'R"(\w*)\((.*?)\)\1"|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
SQL = re.compile(
    r"\b(SELECT\s+\S|INSERT\s+INTO\b|UPDATE\s+\w+(\.\w+)?\s+SET\b|DELETE\s+FROM\b|(CREATE|ALTER|DROP)\s+(TABLE|SCHEMA|INDEX|ROLE)\b)")
# Written in two parts so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w./$}~-])/(?:wor" + r"k|roo" + r"t|hom" + r"e)/[\w.]")


def is_cpp(path):
    return path.endswith((".h", ".cc"))


def code_lines(text):
    """(line number, line without its // comment)."""
    for number, line in enumerate(text.splitlines(), 1):
        yield number, re.sub(r"(^|\s)//.*", "", line)


def is_test(path):
    name = path.rsplit("/", 1)[-1]
    return (path.startswith(("tests/", "common/testing/")) or name.startswith("fake_") or name.endswith("_contract.h")
            or re.search(r"_(test|pgtest|fuzz|benchmark)\.cc$|test_\w+\.h$|_test_\w+\.(h|cc)$", name) is not None)


def includes(path, text):
    """(line number, included path) of every #include."""
    if not is_cpp(path):
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def matches(path, patterns):
    return any(re.search(pattern, path) for pattern in patterns)


def service_of(path):
    match = re.match(r"services/(\w+)/", path)
    return match.group(1) if match else None


def services_do_not_include_each_other(path, text):
    own = service_of(path)
    for number, included in includes(path, text):
        other = service_of(included)
        if other is None or other == own or path.startswith("tests/"):
            continue
        if own is not None and is_test(path) and FAKES.match(included):
            continue
        if own is None:
            yield number, f"{included}: only services include services"
        elif own != "cli" or not CLI_MAY_USE.match(included):
            yield number, f"{included}: services meet only through proto/"


def third_parties_stay_in_their_folders(path, text):
    if not path.startswith(("common/", "services/")):
        return
    for number, included in includes(path, text):
        for pattern, allowed in THIRD_PARTIES.items():
            if re.match(pattern, included) and not matches(path, allowed):
                yield number, f"{included}: allowed only in {', '.join(allowed)}"


def database_and_rpc_do_not_know_each_other(path, text):
    for own, other in (("common/pg/", "common/rpc/"), ("common/rpc/", "common/pg/")):
        if path.startswith(own):
            for number, included in includes(path, text):
                if included.startswith(other):
                    yield number, f"{included}: {own} and {other} never include each other"


def doubles_are_for_tests(path, text):
    if is_test(path):
        return
    for number, included in includes(path, text):
        if is_test(included) and service_of(included) or included.startswith("common/testing/"):
            yield number, f"{included}: only tests include what is made for tests"


def concrete_stores_are_named_by_wiring_only(path, text):
    name = path.rsplit("/", 1)[-1]
    if is_test(path) or name.startswith("postgres_") or name == "main.cc" or re.search(r"_server\w*\.(h|cc)$", name):
        return
    for number, included in includes(path, text):
        if re.search(r"/postgres_\w+\.h$", included):
            yield number, f"{included}: only *_server and main.cc name concrete stores"


def sql_stays_with_the_stores(path, text):
    if not is_cpp(path) or path.startswith("tests/") or matches(path, DATABASE):
        return
    for match in STRING.finditer(text):
        if SQL.search(match.group(2) or match.group(3) or ""):
            yield text.count("\n", 0, match.start()) + 1, "SQL text belongs into postgres_*.cc or the migrations"


def articles_have_one_writer(path, text):
    if not is_cpp(path) or is_test(path):
        return
    for match in ARTICLE_WRITE.finditer(text):
        writer = PATH_WRITER if match.group(2).lower() == "paths" else ARTICLE_WRITER
        if not path.startswith(writer):
            yield text.count("\n", 0, match.start()) + 1, f"{match.group(0)}: written only in {writer}"


def environment_is_read_by_config_only(path, text):
    if not is_cpp(path) or is_test(path) or path.startswith("common/config/") or path.endswith("/main.cc"):
        return
    for number, line in code_lines(text):
        if re.search(r"\b(secure_)?getenv\(|\bABSL_FLAG\(|absl::GetFlag\(", line):
            yield number, "environment and flags are read only in common/config and main.cc"


def files_stay_short(path, text):
    lines = text.count("\n")
    if path.endswith((".h", ".cc", ".py", ".proto", ".mjs")) and lines > MAX_LINES:
        yield lines, f"{lines} lines, more than {MAX_LINES}"


def header_guards_follow_the_path(path, text):
    if not path.endswith(".h") or path.startswith("cmake/"):
        return
    guard = "DATELINE_" + re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        yield 1, f"the header guard must be {guard}"


def locks_are_annotated_standard_ones(path, text):
    if not is_cpp(path):
        return
    # The servers' frame sets how gRPC's own locks behave, and so do the programs that are measured beside it.
    header = "" if path == "common/rpc/app/app.cc" or path.startswith("tests/bench/") else r"|absl/synchronization/mutex\.h"
    for number, line in code_lines(text):
        if re.search(r"\babsl::(Mutex|MutexLock|ReaderMutexLock|WriterMutexLock)\b" + header, line):
            yield number, "use common/base/mutex.h: absl::Mutex is a false race under ThreadSanitizer"


def views_are_cut_without_throwing(path, text):
    if not is_cpp(path) or is_test(path) or not matches(path, CLIPPED):
        return
    for number, line in code_lines(text):
        if THROWING_CUT.search(line):
            yield number, "use absl::ClippedSubstr: substr throws behind the end"


def no_paths_of_one_machine(_path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of one machine"


def cmake_links_what_the_folder_may_use(path, text):
    if not path.endswith("/CMakeLists.txt"):
        return
    folder = str(pathlib.PurePosixPath(path).parent)
    own = service_of(folder + "/")
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.findall(r"[\w:+.]+", line.split("#", 1)[0]):
            if word in LINKED and not re.match(LINKED[word], folder):
                yield number, f"{word} may be linked only in {LINKED[word]}"
            match = re.match(rf"({'|'.join(SERVICES)})_\w+$", word)
            if match is None or match.group(1) == own or not folder.startswith("common/") and own is None:
                continue
            if TESTING_FOLDER.match(folder) and FAKES.match(word):
                continue
            if own != "cli" or not CLI_MAY_USE.match(word):
                yield number, f"{word}: services are not linked with each other"


ALL = (
    services_do_not_include_each_other,
    third_parties_stay_in_their_folders,
    database_and_rpc_do_not_know_each_other,
    doubles_are_for_tests,
    concrete_stores_are_named_by_wiring_only,
    sql_stays_with_the_stores,
    articles_have_one_writer,
    environment_is_read_by_config_only,
    files_stay_short,
    header_guards_follow_the_path,
    locks_are_annotated_standard_ones,
    views_are_cut_without_throwing,
    no_paths_of_one_machine,
    cmake_links_what_the_folder_may_use,
)


def breaches(path, text):
    """Every breach of every rule in one file, as `path:line: message`."""
    return [f"{path}:{line}: {message}" for rule in ALL for line, message in rule(path, text)]
