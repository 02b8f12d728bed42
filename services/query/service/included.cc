#include "services/query/service/included.h"

#include <algorithm>

namespace dateline::query::service {
namespace {

// A display name that is longer is left out too when there is no room for the whole.
constexpr size_t kShortNameBytes = 1'024;

template <typename Resource>
Resource FittedInto(Resource resource, size_t* budget) {
  size_t size = resource.ByteSizeLong();
  if (size > *budget) {
    Resource small;
    small.set_name(resource.name());
    if constexpr (requires { resource.display_name(); }) {
      if (resource.display_name().size() <= kShortNameBytes) {
        small.set_display_name(resource.display_name());
      }
    } else if (resource.title().size() <= kShortNameBytes) {
      small.set_title(resource.title());
    }
    resource = std::move(small);
    size = resource.ByteSizeLong();
  }
  *budget -= std::min(*budget, size);
  return resource;
}

}  // namespace

content::v1::Topic Fitted(content::v1::Topic topic, size_t* budget) {
  return FittedInto(std::move(topic), budget);
}

content::v1::Author Fitted(content::v1::Author author, size_t* budget) {
  return FittedInto(std::move(author), budget);
}

content::v1::Publication Fitted(content::v1::Publication publication, size_t* budget) {
  return FittedInto(std::move(publication), budget);
}

size_t Included::Prepare(const content::v1::Article& card) {
  new_names_.clear();
  new_topics_.clear();
  new_authors_.clear();
  new_publications_.clear();
  size_t bytes = 0;
  const auto is_new = [this](const std::string& name) {
    return !name.empty() && seen_.count(name) == 0 && new_names_.insert(name).second;
  };
  for (const auto& topic : card.topics()) {
    if (!include_.topics() || !is_new(topic.topic())) continue;
    auto found = view_.TopicOf(topic.topic());
    // Two names may lead to one topic, since one was merged into the other.
    if (!found.has_value()) continue;
    if (found->topic.name() != topic.topic() && !is_new(found->topic.name())) continue;
    bytes += found->topic.ByteSizeLong();
    new_topics_.push_back(std::move(found->topic));
  }
  for (const auto& byline : card.bylines()) {
    if (!include_.authors() || !is_new(byline.author())) continue;
    auto found = view_.AuthorOf(byline.author());
    if (!found.has_value()) continue;
    if (found->author.name() != byline.author() && !is_new(found->author.name())) continue;
    bytes += found->author.ByteSizeLong();
    new_authors_.push_back(std::move(found->author));
  }
  if (include_.publications() && is_new(card.publication())) {
    const auto key = view_.KeyOf(card.publication(), catalog::v1::RESOURCE_KIND_PUBLICATION);
    auto state = key ? view_.StateOf(catalog::v1::RESOURCE_KIND_PUBLICATION, *key) : std::nullopt;
    if (state.has_value()) {
      bytes += state->publication().ByteSizeLong();
      new_publications_.push_back(std::move(*state->mutable_publication()));
    }
  }
  return bytes;
}

void Included::Keep(size_t budget) {
  seen_.merge(new_names_);
  for (auto& topic : new_topics_) topics_.push_back(Fitted(std::move(topic), &budget));
  for (auto& author : new_authors_) authors_.push_back(Fitted(std::move(author), &budget));
  for (auto& publication : new_publications_) {
    publications_.push_back(Fitted(std::move(publication), &budget));
  }
}

}  // namespace dateline::query::service
