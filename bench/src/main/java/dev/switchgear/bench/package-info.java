/// Whole-process measurement: an upstream, load generators and the report that `bench/run` joins.
@NullMarked
package dev.switchgear.bench;

import org.jspecify.annotations.NullMarked;
