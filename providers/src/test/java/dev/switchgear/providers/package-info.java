/// What every provider's adapter must do, and the means to test it without a network.
@NullMarked
package dev.switchgear.providers;

import org.jspecify.annotations.NullMarked;
