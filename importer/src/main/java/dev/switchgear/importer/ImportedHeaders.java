package dev.switchgear.importer;

import java.util.Map;
import java.util.Optional;

/// Header fields that are sent with every request. A value that looks like a credential is not copied.
final class ImportedHeaders {
    private ImportedHeaders() {}

    /// Whether our file takes such a name.
    static boolean named(String name) {
        return name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    }

    /// @param about what the header is for, should its value need a name
    /// @param headers gets the value in YAML
    static Fate put(
            String name, String text, String about, Names names, Map<String, String> headers) {
        Optional<String> variable = names.variable(text);
        if (variable.isPresent()) {
            headers.put(name, YamlText.quoted(names.to(variable.get())));
            return Fate.CARRIED;
        }
        if (Names.secretive(name, text)) {
            headers.put(name, YamlText.quoted(names.invented(text, about + "-" + name)));
            return Fate.CHANGED;
        }
        headers.put(name, YamlText.text(text));
        return Fate.CARRIED;
    }
}
