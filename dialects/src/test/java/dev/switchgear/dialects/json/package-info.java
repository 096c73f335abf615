@NullMarked
package dev.switchgear.dialects.json;

import org.jspecify.annotations.NullMarked;
