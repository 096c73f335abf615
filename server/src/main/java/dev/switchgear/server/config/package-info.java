/// The configuration: one YAML file read into records, every problem named with its place.
///
/// The records in [Config] are the one definition: [Binder] reads a file into them, [Schema] writes
/// the JSON schema from them, and both obey the same [Key].
@NullMarked
package dev.switchgear.server.config;

import org.jspecify.annotations.NullMarked;
