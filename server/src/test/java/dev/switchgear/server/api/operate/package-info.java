@NullMarked
package dev.switchgear.server.api.operate;

import org.jspecify.annotations.NullMarked;
