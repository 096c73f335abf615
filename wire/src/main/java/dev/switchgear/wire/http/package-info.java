/// The connector: one HTTP/1.1 exchange over a socket of ours. The only room that opens sockets.
@NullMarked
package dev.switchgear.wire.http;

import org.jspecify.annotations.NullMarked;
