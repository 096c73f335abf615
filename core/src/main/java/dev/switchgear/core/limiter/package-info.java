/// How many requests and units per time. Exact towards the provider, cheap towards the call.
@NullMarked
package dev.switchgear.core.limiter;

import org.jspecify.annotations.NullMarked;
