/// How long to wait for an answer: what was told, or what was learned of the answers before.
@NullMarked
package dev.switchgear.core.patience;

import org.jspecify.annotations.NullMarked;
