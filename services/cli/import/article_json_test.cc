#include "services/cli/import/article_json.h"
