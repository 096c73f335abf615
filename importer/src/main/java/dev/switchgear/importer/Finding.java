package dev.switchgear.importer;

import java.util.List;

/// What became of one place of the source, and of the values beneath it.
///
/// @param path of the place, such as `model_list[0].litellm_params.rpm`
/// @param line of the place, 1 or more
/// @param note where it went, or why it did not; never a secret
/// @param values the paths of the values that share this fate: the place itself, or those beneath it
public record Finding(Fate fate, String path, int line, String note, List<String> values) {
    public Finding {
        values = List.copyOf(values);
    }

    /// For a comment: `line 12: path: note`.
    String words() {
        return "line " + line + ": " + path + ": " + note;
    }
}
