#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_HOSTS_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_HOSTS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/ingestion/store/source_store.h"

// Manners towards hosts, kept by all processes together: one fetch at a time, a pause between two,
// and as long as Retry-After says. Each function works within the caller's transaction.
namespace dateline::ingestion::store {

// Takes the host for the lease of this epoch. False if another lease has it, if it is to be left
// alone, or (unless `ignore_pause`) if the pause after the last fetch is not over.
bool TakeHost(pqxx::transaction_base& transaction, const std::string& host, int64_t epoch,
              absl::Duration duration, bool ignore_pause);

// Why TakeHost said no: OVERLOADED while another fetch is under way, FETCH_FAILED with the time
// left while the host asks to be left alone.
absl::Status WhyHostIsTaken(pqxx::transaction_base& transaction, const std::string& host);

// Gives the host back if the lease of this epoch has it; the next fetch may begin at `not_before`.
void FreeHost(pqxx::transaction_base& transaction, const std::string& host, int64_t epoch,
              absl::Time not_before);

// Nobody fetches from the host until `until`.
void BePatient(pqxx::transaction_base& transaction, const std::string& host, absl::Time until);

// What is known of the host's crawl delay.
CrawlDelay ReadCrawlDelay(pqxx::transaction_base& transaction, const std::string& host);

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_HOSTS_H_
