#include "services/query/replica/store/compression.h"

#include <zdict.h>
#include <zstd.h>

#include <memory>

namespace dateline::query::replica {
namespace {

// Bodies are compressed once and read often; above this, a level costs more than it saves.
constexpr int kLevel = 3;
constexpr size_t kMaxDictionaryBytes = size_t{64} << 10;

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

struct Compressor {
  std::unique_ptr<ZSTD_CCtx, Freed<&ZSTD_freeCCtx>> context{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_CDict, Freed<&ZSTD_freeCDict>> dictionary;
  uint64_t id = 0;
};

struct Decompressor {
  std::unique_ptr<ZSTD_DCtx, Freed<&ZSTD_freeDCtx>> context{ZSTD_createDCtx()};
  std::unique_ptr<ZSTD_DDict, Freed<&ZSTD_freeDDict>> dictionary;
  uint64_t id = 0;
};

// False if zstd has no memory.
bool Prepare(Compressor& compressor, const DictionaryView& dictionary) {
  ZSTD_CCtx* const context = compressor.context.get();
  if (context == nullptr) return false;
  if (compressor.id != dictionary.id) {
    compressor.dictionary.reset(
        ZSTD_createCDict(dictionary.bytes.data(), dictionary.bytes.size(), kLevel));
    compressor.id = compressor.dictionary == nullptr ? 0 : dictionary.id;
    if (compressor.dictionary == nullptr) return false;
  }
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  // Whoever stores the text knows both.
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  return dictionary.id == 0 ||
         ZSTD_isError(ZSTD_CCtx_refCDict(context, compressor.dictionary.get())) == 0;
}

}  // namespace

std::string Compress(absl::string_view plain, const DictionaryView& dictionary) {
  thread_local Compressor compressor;
  if (!Prepare(compressor, dictionary)) return "";
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  const size_t size = ZSTD_compress2(compressor.context.get(), packed.data(), packed.size(),
                                     plain.data(), plain.size());
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

bool Decompress(absl::string_view packed, size_t plain_bytes, const DictionaryView& dictionary,
                std::string* out) {
  thread_local Decompressor decompressor;
  if (decompressor.context == nullptr) return false;
  if (dictionary.id != 0 && decompressor.id != dictionary.id) {
    decompressor.dictionary.reset(
        ZSTD_createDDict(dictionary.bytes.data(), dictionary.bytes.size()));
    decompressor.id = decompressor.dictionary == nullptr ? 0 : dictionary.id;
    if (decompressor.dictionary == nullptr) return false;
  }
  const size_t before = out->size();
  out->resize(before + plain_bytes);
  const size_t size = ZSTD_decompress_usingDDict(
      decompressor.context.get(), out->data() + before, plain_bytes, packed.data(), packed.size(),
      dictionary.id == 0 ? nullptr : decompressor.dictionary.get());
  if (ZSTD_isError(size) == 0 && size == plain_bytes) return true;
  out->resize(before);
  return false;
}

std::string TrainDictionary(const std::vector<std::string>& samples) {
  std::string joined;
  std::vector<size_t> sizes;
  for (const std::string& sample : samples) {
    if (sample.empty()) continue;
    joined += sample;
    sizes.push_back(sample.size());
  }
  if (sizes.empty()) return "";
  std::string dictionary(kMaxDictionaryBytes, '\0');
  const size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), joined.data(),
                                            sizes.data(), static_cast<unsigned int>(sizes.size()));
  dictionary.resize(ZDICT_isError(size) != 0 ? 0 : size);
  return dictionary;
}

}  // namespace dateline::query::replica
