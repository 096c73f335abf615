/// What providers remember of prompts between requests: beginnings that were marked, and those that
/// they remember on their own.
@NullMarked
package dev.switchgear.simulator.cache;

import org.jspecify.annotations.NullMarked;
