/// Who calls: the keys of clients, made, stored and recognised.
@NullMarked
package dev.switchgear.server.identity;

import org.jspecify.annotations.NullMarked;
