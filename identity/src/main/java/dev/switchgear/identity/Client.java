package dev.switchgear.identity;

import dev.switchgear.core.call.Rank;

/// Who is calling.
///
/// @param name what configuration, limits and logs call it; never its key
/// @param rank who gives way first when there is not room for all
/// @param operator whether it may see what concerns others, and switch what serves them
public record Client(String name, Rank rank, boolean operator) {
    /// One that calls, and no more.
    public Client(String name, Rank rank) {
        this(name, rank, false);
    }
}
