#include "services/cli/import/progress_display.h"
