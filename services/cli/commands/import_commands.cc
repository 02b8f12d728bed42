#include <csignal>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/errors/status_proto.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/command.h"
#include "services/cli/import/article_json.h"
#include "services/cli/import/import_state.h"
#include "services/cli/import/importer.h"
#include "services/cli/import/line_reader.h"
#include "services/cli/import/progress_display.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

// How often it is written down how far the import is.
constexpr absl::Duration kSaveEvery = absl::Seconds(1);

volatile std::sig_atomic_t g_interrupted = 0;

// The first Ctrl-C stops in good order, the second one at once.
class InterruptGuard {
 public:
  InterruptGuard() {
    g_interrupted = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { g_interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, &before_interrupt_);
    sigaction(SIGTERM, &action, &before_terminate_);
  }
  ~InterruptGuard() {
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_terminate_, nullptr);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_interrupt_ = {};
  struct sigaction before_terminate_ = {};
};

// A message as one line of JSON.
std::string JsonLine(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  return printed.ok() ? json : std::string();
}

// The error's text without what a person does not need.
std::string ReasonOf(const absl::Status& why) { return std::string(why.message()); }

// One file's import, told to a person or a program.
class ImportRun {
 public:
  ImportRun(Session& session, const Arguments& arguments, std::string file, std::string source)
      : session_(session),
        file_(std::move(file)),
        source_(std::move(source)),
        is_json_(arguments.Has("json")),
        state_(
            session.state_folder, file_,
            absl::StrCat(source_, "\n", arguments.Get("map", ""), "\n", arguments.Get("body", ""))),
        keeps_state_(file_ != "-"),
        restarts_(arguments.Has("restart")),
        display_(session.err, session.err_is_terminal, RealClock()) {}

  absl::Status Run(const ArticleReader& articles);

 private:
  absl::Status GoOn(LineReader& lines, ImportProgress* done);
  void Reject(int64_t line, const absl::Status& why);
  void Progress(const ImportProgress& progress);
  WorkDone DoneOf(const ImportProgress& progress) const;
  absl::Status Conclude(const ImportProgress& progress, const absl::Status& status);
  void Save(const ImportProgress& progress);

  Session& session_;
  const std::string file_;
  const std::string source_;
  const bool is_json_;
  const ImportState state_;
  const bool keeps_state_;
  const bool restarts_;
  ProgressDisplay display_;
  int64_t items_before_ = 0;
  absl::Duration saved_ = RealClock()->Elapsed();
};

int64_t ItemsOf(const ingestion::v1::OutcomeCounts& counts) {
  return int64_t{counts.created()} + counts.revised() + counts.unchanged() + counts.merged() +
         counts.proposed() + counts.rejected();
}

WorkDone ImportRun::DoneOf(const ImportProgress& progress) const {
  WorkDone done;
  done.items = ItemsOf(progress.counts);
  done.rejects = progress.counts.rejected();
  done.fraction = progress.fraction;
  done.items_before = items_before_;
  return done;
}

void ImportRun::Save(const ImportProgress& progress) {
  saved_ = RealClock()->Elapsed();
  if (!keeps_state_) return;
  const absl::Status kept = state_.Save(progress);
  if (!kept.ok()) display_.Note(absl::StrCat("warning: ", std::string(kept.message())));
}

void ImportRun::Progress(const ImportProgress& progress) {
  display_.Update(DoneOf(progress));
  if (RealClock()->Elapsed() - saved_ >= kSaveEvery) Save(progress);
}

void ImportRun::Reject(int64_t line, const absl::Status& why) {
  if (!is_json_) {
    display_.Note(absl::StrCat(file_, ":", line, ": ", ReasonOf(why)));
    return;
  }
  google::protobuf::Struct json;
  auto& fields = *json.mutable_fields();
  fields["line"].set_number_value(static_cast<double>(line));
  fields["error"].set_string_value(ReasonOf(why));
  session_.out << JsonLine(json) << "\n";
}

// Where an earlier run has stopped.
absl::Status ImportRun::GoOn(LineReader& lines, ImportProgress* done) {
  if (!keeps_state_) return absl::OkStatus();
  if (restarts_) state_.Forget();
  const std::optional<ImportProgress> before = state_.Load();
  if (!before.has_value()) return absl::OkStatus();
  DATELINE_RETURN_IF_ERROR(lines.Skip(before->lines, before->end));
  *done = *before;
  items_before_ = ItemsOf(done->counts);
  session_.err << file_ << ": goes on behind line " << done->lines
               << ", where the last import stopped (--restart begins anew)\n";
  return absl::OkStatus();
}

absl::Status ImportRun::Run(const ArticleReader& articles) {
  DATELINE_ASSIGN_OR_RETURN(const auto lines, LineReader::Open(file_, limits::kMaxDocumentBytes));
  ImportProgress done;
  DATELINE_RETURN_IF_ERROR(GoOn(*lines, &done));
  const InterruptGuard guard;
  ImportOptions options;
  options.source = source_;
  options.patience = session_.timeout;
  options.stopped = [] { return g_interrupted != 0; };
  options.connect = [this] { return session_.clients.StreamArticles(); };
  options.on_reject = [this](int64_t line, const absl::Status& why) { Reject(line, why); };
  options.on_progress = [this](const ImportProgress& progress) { Progress(progress); };
  options.on_retry = [this](const absl::Status& why) {
    display_.Note(absl::StrCat("waiting for ingestion: ", ReasonOf(why)));
  };
  Importer importer(*lines, articles, std::move(options), done);
  const absl::Status status = importer.Run();
  return Conclude(importer.progress(), status);
}

absl::Status ImportRun::Conclude(const ImportProgress& progress, const absl::Status& status) {
  ImportProgress last = progress;
  if (status.ok()) last.fraction = 1;
  display_.End(DoneOf(last));
  if (status.ok()) {
    if (keeps_state_) state_.Forget();
  } else {
    Save(progress);
  }
  const ingestion::v1::OutcomeCounts& counts = progress.counts;
  if (is_json_) {
    google::protobuf::Struct json;
    auto& fields = *json.mutable_fields();
    fields["file"].set_string_value(file_);
    fields["complete"].set_bool_value(status.ok());
    fields["lines"].set_number_value(static_cast<double>(progress.lines));
    auto& numbers = *fields["counts"].mutable_struct_value()->mutable_fields();
    numbers["created"].set_number_value(counts.created());
    numbers["revised"].set_number_value(counts.revised());
    numbers["unchanged"].set_number_value(counts.unchanged());
    numbers["merged"].set_number_value(counts.merged());
    numbers["proposed"].set_number_value(counts.proposed());
    numbers["rejected"].set_number_value(counts.rejected());
    session_.out << JsonLine(json) << "\n";
  } else {
    session_.out << file_ << ": " << counts.created() << " created, " << counts.revised()
                 << " revised, " << counts.unchanged() << " unchanged, " << counts.merged()
                 << " merged, " << counts.proposed() << " proposed, " << counts.rejected()
                 << " rejected\n";
  }
  if (!status.ok()) {
    session_.err << (keeps_state_ ? "the same command goes on from here\n" : "");
    return status;
  }
  if (counts.rejected() == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(counts.rejected(), " of ", ItemsOf(counts), " articles were not taken"));
}

absl::StatusOr<BodyForm> BodyFormOf(const std::string& name) {
  if (name == "text") return BodyForm::kText;
  if (name == "html") return BodyForm::kHtml;
  if (name == "markdown") return BodyForm::kMarkdown;
  return absl::InvalidArgumentError("--body must be text, html or markdown");
}

absl::Status Import(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "FILE or -"));
  DATELINE_ASSIGN_OR_RETURN(const BodyForm body, BodyFormOf(arguments.Get("body", "text")));
  DATELINE_ASSIGN_OR_RETURN(const ArticleReader articles,
                            ArticleReader::Create(arguments.Get("map", ""), body));
  if (!arguments.Has("source")) DATELINE_RETURN_IF_ERROR(EnsureUploadSource(session));
  ingestion::v1::GetSourceRequest source;
  source.set_name(ResourceName("sources", arguments.Get("source", kUploads)));
  // Said once, not for every line.
  DATELINE_RETURN_IF_ERROR(session.clients.Call(source).status());
  return ImportRun(session, arguments, arguments.positional()[0], source.name()).Run(articles);
}

}  // namespace

std::vector<Command> ImportCommands() {
  return {
      {"import",
       "FILE|-",
       absl::StrCat(
           "take articles in bulk from JSON lines, gzip'd or not\n\n"
           "One JSON object a line. An import that was interrupted goes on where it stopped when "
           "the same command is\ngiven again; articles that were taken already are recognised. "
           "Lines that are not taken are listed with\ntheir numbers and reasons, and the exit "
           "code is 1; what the server refused is kept there (ListRejects).\n\nFields, all "
           "optional but for a title or a body; others are passed over:\n",
           ArticleReader::Describe(),
           "\nExample: dateline import stories.jsonl.gz --source archive --map "
           "topics=topics+places,id=number"),
       {{"source", "ID", "source that they come from (default uploads, made if missing)"},
        {"map", "FIELD=NAME+NAME,…", "names of fields in the file instead of the usual ones"},
        {"body", "FORM", "what the field `body` holds: text (default), html or markdown"},
        {"restart", "", "begin anew, also if an import of the file was interrupted"},
        {"json", "", "print a line of JSON for each reject, and a last one with the counts"}},
       Import}};
}

}  // namespace dateline::cli
