@NullMarked
package dev.switchgear.dialects.responses;

import org.jspecify.annotations.NullMarked;
