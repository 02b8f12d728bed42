#include <limits>

#include "absl/strings/str_cat.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/transaction.h"
#include "services/catalog/store/log/postgres_log.h"
#include "services/catalog/store/postgres_params.h"
#include "services/catalog/store/takedowns/postgres_takedowns.h"
#include "services/catalog/store/takedowns/takedown_store.h"

namespace dateline::catalog::store {

void NoteTakedowns(pqxx::transaction_base& transaction, const std::vector<int64_t>& article_keys) {
  const std::string keys = KeyArray(article_keys);
  transaction.exec_params("INSERT INTO catalog.takedowns (article_key) SELECT unnest($1::bigint[])",
                          keys);
  transaction.exec_params(
      "INSERT INTO catalog.takedown_receipts (article_key, consumer) SELECT u.k, c.id "
      "FROM unnest($1::bigint[]) AS u(k), catalog.consumers c "
      "WHERE c.lease_expire_time > clock_timestamp() ORDER BY u.k, c.id",
      keys);
}

absl::StatusOr<Written<absl::Time>> TakedownStore::RegisterConsumer(const RequestContext& context,
                                                                    const std::string& id,
                                                                    absl::Duration lease) {
  static const std::string query = absl::StrCat(
      "INSERT INTO catalog.consumers (id, lease_duration, lease_expire_time) SELECT $1, d, "
      "clock_timestamp() + d FROM (SELECT $2::bigint * interval '1 microsecond' AS d) AS x "
      "ON CONFLICT (id) DO UPDATE SET lease_duration = excluded.lease_duration, "
      "lease_expire_time = excluded.lease_expire_time RETURNING ",
      Micros("lease_expire_time"));
  Written<absl::Time> written;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        // The position is of before the lease: what was taken down since stands behind it.
        DATELINE_ASSIGN_OR_RETURN(const LogContext log, ReadLogContext(transaction));
        const pqxx::result rows =
            transaction.exec_params(query, id, absl::ToInt64Microseconds(lease));
        written = {*Time(rows[0][0]), log.Head()};
        return absl::OkStatus();
      }));
  return written;
}

absl::StatusOr<absl::Duration> TakedownStore::RenewConsumer(const RequestContext& context,
                                                            const std::string& id) {
  absl::Duration lease;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("UPDATE catalog.consumers SET lease_expire_time = clock_timestamp() + "
                         "lease_duration WHERE id = $1 RETURNING ",
                         Micros("lease_duration")),
            id);
        if (rows.empty()) return error::ResourceNotFound(api::MakeName(api::kConsumers, id));
        lease = absl::Microseconds(Int(rows[0][0]));
        return absl::OkStatus();
      }));
  return lease;
}

absl::Status TakedownStore::Acknowledge(const RequestContext& context,
                                        const std::string& article_id,
                                        const std::string& consumer_id) {
  return pg::RunTransaction(
      *postgres_.pool, context, {}, [&](pqxx::transaction_base& transaction) -> absl::Status {
        const pqxx::result rows = transaction.exec_params(
            "SELECT a.key, a.state, EXISTS (SELECT FROM catalog.consumers WHERE id = $2) "
            "FROM (SELECT $1::text AS id) AS w LEFT JOIN catalog.articles a ON a.id = w.id",
            article_id, consumer_id);
        const std::string name = api::MakeName(api::kArticles, article_id);
        if (rows[0][0].is_null()) return error::ResourceNotFound(name);
        if (!rows[0][2].as<bool>()) {
          return error::ResourceNotFound(api::MakeName(api::kConsumers, consumer_id));
        }
        const auto state = static_cast<content::v1::ArticleState>(Int(rows[0][1]));
        if (state != content::v1::ARTICLE_STATE_TAKEN_DOWN) {
          return error::StateConflict(name, content::v1::ArticleState_Name(state));
        }
        transaction.exec_params(
            "UPDATE catalog.takedown_receipts SET acknowledge_time = clock_timestamp() "
            "WHERE article_key = $1 AND consumer = $2 AND acknowledge_time IS NULL",
            Int(rows[0][0]), consumer_id);
        return absl::OkStatus();
      });
}

absl::StatusOr<ReceiptPage> TakedownStore::ListReceipts(const RequestContext& context,
                                                        const std::string& article_id,
                                                        bool overdue_only, int64_t before,
                                                        int limit) {
  static const std::string query = absl::StrCat(
      "SELECT seq, id, consumer, taken, acknowledged, late FROM (SELECT r.seq, a.id, r.consumer, ",
      Micros("t.takedown_time"), " AS taken, ", Micros("r.acknowledge_time"),
      " AS acknowledged, coalesce(r.acknowledge_time, clock_timestamp()) > t.takedown_time + "
      "$4::bigint * interval '1 microsecond' AS late FROM catalog.takedown_receipts r "
      "JOIN catalog.takedowns t ON t.article_key = r.article_key "
      "JOIN catalog.articles a ON a.key = r.article_key "
      "JOIN catalog.consumers c ON c.id = r.consumer WHERE r.seq < $1 "
      "AND ($2 = '' OR a.id = $2) "
      "AND (r.acknowledge_time IS NOT NULL OR c.lease_expire_time > clock_timestamp())) AS x "
      "WHERE late OR NOT $3 ORDER BY seq DESC LIMIT $5");
  ReceiptPage page;
  DATELINE_RETURN_IF_ERROR(pg::RunTransaction(
      *postgres_.pool, context, {.read_only = true},
      [&](pqxx::transaction_base& transaction) -> absl::Status {
        page = ReceiptPage();
        const pqxx::result rows = transaction.exec_params(
            query, before == 0 ? std::numeric_limits<int64_t>::max() : before, article_id,
            overdue_only, absl::ToInt64Microseconds(kReceiptDue), limit + 1);
        for (const pqxx::row& row : rows) {
          page.more = page.receipts.size() == static_cast<size_t>(limit);
          if (page.more) break;
          v1::TakedownReceipt& receipt = page.receipts.emplace_back();
          page.last = Int(row[0]);
          receipt.set_article(api::MakeName(api::kArticles, Text(row[1])));
          receipt.set_consumer(api::MakeName(api::kConsumers, Text(row[2])));
          *receipt.mutable_takedown_time() = TimeToProto(*Time(row[3]));
          if (const auto time = Time(row[4])) {
            *receipt.mutable_acknowledge_time() = TimeToProto(*time);
          }
          receipt.set_overdue(row[5].as<bool>());
        }
        return absl::OkStatus();
      }));
  return page;
}

}  // namespace dateline::catalog::store
