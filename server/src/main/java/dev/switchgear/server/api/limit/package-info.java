/// How many calls the gateway takes from its clients.
@NullMarked
package dev.switchgear.server.api.limit;

import org.jspecify.annotations.NullMarked;
