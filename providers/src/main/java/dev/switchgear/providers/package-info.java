/// All providers in one list ([Kinds][dev.switchgear.providers.Kinds]), and what a kind of provider is.
/// The rooms beside know nothing of the list.
@NullMarked
package dev.switchgear.providers;

import org.jspecify.annotations.NullMarked;
