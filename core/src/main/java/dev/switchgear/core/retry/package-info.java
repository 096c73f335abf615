/// How long to wait before trying again, and how often trying again is affordable.
@NullMarked
package dev.switchgear.core.retry;

import org.jspecify.annotations.NullMarked;
