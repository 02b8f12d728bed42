#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "services/cli/command.h"
#include "services/cli/commands/fields.h"
#include "services/cli/render.h"

namespace dateline::cli {
namespace {

using catalog::v1::Webhook;
using google::protobuf::FieldMask;

constexpr char kCollection[] = "webhooks";
constexpr size_t kMaxSecretBytes = 256;

void Print(Session& session, const Arguments& arguments, const Webhook& webhook) {
  if (arguments.Has("json")) {
    session.out << RenderJson(webhook);
    return;
  }
  const std::string state = catalog::v1::WebhookState_Name(webhook.state());
  session.out << webhook.name() << '\t' << absl::StripPrefix(state, "WEBHOOK_STATE_") << '\t'
              << webhook.url() << '\t' << webhook.delivered_position() << '\t'
              << webhook.consecutive_failures() << '\n';
}

// The secret from a file, so that it stands neither in the list of processes nor in a history.
absl::Status TakeSecret(Session& session, const Arguments& arguments, Webhook* webhook,
                        FieldMask* mask) {
  if (!arguments.Has("secret-file")) return absl::OkStatus();
  DATELINE_ASSIGN_OR_RETURN(const std::string secret,
                            ReadInput(session, arguments.Get("secret-file", ""), kMaxSecretBytes));
  webhook->set_secret(std::string(absl::StripAsciiWhitespace(secret)));
  mask->add_paths("secret");
  return absl::OkStatus();
}

absl::Status Add(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "ID URL"));
  catalog::v1::CreateWebhookRequest request;
  request.set_webhook_id(arguments.positional()[0]);
  request.mutable_webhook()->set_url(arguments.positional()[1]);
  request.mutable_webhook()->set_include_hidden(arguments.Has("include-hidden"));
  request.mutable_webhook()->set_filter(std::string(arguments.Get("filter", "")));
  FieldMask given;
  DATELINE_RETURN_IF_ERROR(TakeSecret(session, arguments, request.mutable_webhook(), &given));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.webhook());
  return absl::OkStatus();
}

absl::Status List(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(0, 0, "nothing"));
  catalog::v1::ListWebhooksRequest request;
  request.set_page_size(200);
  do {
    DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
    for (const Webhook& webhook : response.webhooks()) Print(session, arguments, webhook);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status Update(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "WEBHOOK"));
  catalog::v1::UpdateWebhookRequest request;
  Webhook& webhook = *request.mutable_webhook();
  FieldMask& mask = *request.mutable_update_mask();
  webhook.set_name(ResourceName(kCollection, arguments.positional()[0]));
  TakeText(arguments, "url", "url", webhook.mutable_url(), &mask);
  TakeText(arguments, "filter", "filter", webhook.mutable_filter(), &mask);
  DATELINE_RETURN_IF_ERROR(TakeSecret(session, arguments, &webhook, &mask));
  if (arguments.Has("pause") && arguments.Has("resume")) {
    return absl::InvalidArgumentError("--pause and --resume exclude each other");
  }
  if (arguments.Has("pause") || arguments.Has("resume")) {
    webhook.set_state(arguments.Has("pause") ? catalog::v1::WEBHOOK_STATE_PAUSED
                                             : catalog::v1::WEBHOOK_STATE_ACTIVE);
    mask.add_paths("state");
  }
  DATELINE_RETURN_IF_ERROR(ExpectFields(mask));
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.webhook());
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "WEBHOOK"));
  catalog::v1::DeleteWebhookRequest request;
  request.set_name(ResourceName(kCollection, arguments.positional()[0]));
  return session.clients.Call(request).status();
}

absl::Status Replay(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(2, 2, "WEBHOOK POSITION"));
  catalog::v1::ReplayWebhookRequest request;
  request.set_name(ResourceName(kCollection, arguments.positional()[0]));
  request.set_position(arguments.positional()[1]);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  Print(session, arguments, response.webhook());
  return absl::OkStatus();
}

absl::Status ListCalls(Session& session, const Arguments& arguments) {
  DATELINE_RETURN_IF_ERROR(arguments.ExpectPositional(1, 1, "WEBHOOK"));
  catalog::v1::ListDeliveriesRequest request;
  request.set_parent(ResourceName(kCollection, arguments.positional()[0]));
  DATELINE_ASSIGN_OR_RETURN(const int limit, arguments.GetInt("limit", 20, 1, 200));
  request.set_page_size(limit);
  DATELINE_ASSIGN_OR_RETURN(const auto response, session.clients.Call(request));
  for (const auto& delivery : response.deliveries()) {
    if (arguments.Has("json")) {
      session.out << RenderJson(delivery);
      continue;
    }
    const absl::Time time = absl::FromUnixSeconds(delivery.time().seconds());
    session.out << absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()) << '\t'
                << delivery.delivery_id() << '\t' << delivery.attempt() << '\t'
                << delivery.http_status() << '\t' << delivery.error() << '\n';
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> WebhookCommands() {
  const OptionSpec json = {"json", "", "print protobuf JSON"};
  const OptionSpec secret = {"secret-file", "FILE",
                             "file with the secret: whsec_ and the base64 of 24 to 64 bytes"};
  const OptionSpec filter = {"filter", "EXPRESSION",
                             "articles to tell of, such as 'topic:topics/asia AND language = en'"};
  return {
      {"webhook add",
       "ID URL",
       "let an address be told of changes of articles from now on",
       {secret,
        filter,
        {"include-hidden", "", "tell also of what readers do not see, drafts too"},
        json},
       Add},
      {"webhook list",
       "",
       "list webhooks, how far they were told and how often they failed",
       {json},
       List},
      {"webhook update",
       "WEBHOOK",
       "change, pause or resume a webhook",
       {{"url", "URL", "address"},
        secret,
        filter,
        {"pause", "", "call it no more, but keep its place"},
        {"resume", "", "call it again, from where it was paused"},
        json},
       Update},
      {"webhook delete", "WEBHOOK", "delete a webhook with its queue", {}, Delete},
      {"webhook replay",
       "WEBHOOK POSITION",
       "tell a webhook again of all behind a position",
       {json},
       Replay},
      {"webhook calls",
       "WEBHOOK",
       "list the last calls of a webhook, newest first",
       {{"limit", "N", "how many; 20 if not given"}, json},
       ListCalls},
  };
}

}  // namespace dateline::cli
