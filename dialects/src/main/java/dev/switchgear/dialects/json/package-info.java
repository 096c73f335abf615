/// How JSON is read and written, in whatever dialect.
@NullMarked
package dev.switchgear.dialects.json;

import org.jspecify.annotations.NullMarked;
