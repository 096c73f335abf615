/// The smallest family there can be: what is said comes back. It shows what a family must bring along,
/// and that nothing else in the house changes for it.
@NullMarked
package dev.switchgear.server.echo;

import org.jspecify.annotations.NullMarked;
