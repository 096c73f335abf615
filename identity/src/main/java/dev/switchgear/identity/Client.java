package dev.switchgear.identity;

import dev.switchgear.core.call.Rank;

/// Who is calling.
///
/// @param name what configuration, limits and logs call it; never its key
/// @param rank who gives way first when there is not room for all
public record Client(String name, Rank rank) {}
