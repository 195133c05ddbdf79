// The door of one level's module. Compiled without the level's instructions: it may be opened on a processor that lacks
// them, and then holds nothing but the names of the levels that the processor has.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "cpu.h"

namespace nb = nanobind;

void bind_engine(nb::module_& module);

NB_MODULE(BACKLIT_MODULE, module) {
  module.doc() = "The compiled engine for one instruction-set level; use backlit.engine.";
  module.def("levels", &backlit::levels);
  const std::string level = BACKLIT_LEVEL;
  bool here = false;
  for (const std::string& name : backlit::levels()) here = here || name == level;
  if (here) bind_engine(module);
}
