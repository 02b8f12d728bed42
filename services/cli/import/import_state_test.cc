#include "services/cli/import/import_state.h"
