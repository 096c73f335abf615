/// What an error from a provider means: tables as data, and the reading of what they match on.
@NullMarked
package dev.switchgear.providers.fault;

import org.jspecify.annotations.NullMarked;
