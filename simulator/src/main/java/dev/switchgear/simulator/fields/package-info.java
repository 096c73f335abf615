/// Reads settings and faults field by field, and says which is wrong and what was expected.
@NullMarked
package dev.switchgear.simulator.fields;

import org.jspecify.annotations.NullMarked;
