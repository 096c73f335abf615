@NullMarked
package dev.switchgear.families.money;

import org.jspecify.annotations.NullMarked;
