/// The protocol of our own API.
@NullMarked
package dev.switchgear.server.api.own;

import org.jspecify.annotations.NullMarked;
