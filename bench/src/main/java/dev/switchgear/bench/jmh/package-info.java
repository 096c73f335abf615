/// JMH benchmarks of the parts; `bench/jmh` runs them.
@NullMarked
package dev.switchgear.bench.jmh;

import org.jspecify.annotations.NullMarked;
