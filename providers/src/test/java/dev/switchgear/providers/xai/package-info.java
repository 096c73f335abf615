@NullMarked
package dev.switchgear.providers.xai;

import org.jspecify.annotations.NullMarked;
