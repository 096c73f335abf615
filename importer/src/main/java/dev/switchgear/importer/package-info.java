/// Other gateways' configurations, read into ours.
///
/// [ImportSource] is the file as a tree in which every value has a path and a line; [LiteLlmReader] and
/// [BifrostReader] know what those paths mean; [Findings] holds them to it: each value ends in exactly one
/// [Fate]. What they make of it is a [Draft], which [Page] writes down as `switchgear.yaml`.
@NullMarked
package dev.switchgear.importer;

import org.jspecify.annotations.NullMarked;
