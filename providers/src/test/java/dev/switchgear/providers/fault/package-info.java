@NullMarked
package dev.switchgear.providers.fault;

import org.jspecify.annotations.NullMarked;
