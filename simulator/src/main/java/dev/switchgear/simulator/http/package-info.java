/// A small HTTP/1.1 server in which every byte can be had: answers can stop inside a character, a
/// connection can be reset, and a client that hangs up is noticed while we wait. Knows only `time`.
@NullMarked
package dev.switchgear.simulator.http;

import org.jspecify.annotations.NullMarked;
