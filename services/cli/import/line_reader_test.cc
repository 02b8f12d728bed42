#include "services/cli/import/line_reader.h"
