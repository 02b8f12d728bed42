#include "services/cli/import/importer.h"
