package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The parameters of LiteLLM's deployments, which may stand with a credential that several share.
record LiteLlmParameters(Fields source) {
    /// A parameter of a deployment, its own or that of the credential it names.
    Optional<ImportPart> param(ImportPart item, String name) {
        Optional<ImportPart> own = Values.at(item, "litellm_params", name);
        return own.isPresent()
                ? own
                : Values.text(item, "litellm_params", "litellm_credential_name")
                        .flatMap(this::credential)
                        .flatMap(values -> Values.at(values, name));
    }

    private Optional<ImportPart> credential(String name) {
        return source.at("credential_list").map(Values::items).orElse(List.of()).stream()
                .filter(one -> Values.text(one, "credential_name").equals(Optional.of(name)))
                .findFirst()
                .flatMap(one -> Values.at(one, "credential_values"));
    }

    /// Where a deployment names its credential, and where that is named itself.
    List<ImportPart> credentialNames(ImportPart item) {
        var named = new ArrayList<ImportPart>();
        Optional<ImportPart> use = Values.at(item, "litellm_params", "litellm_credential_name");
        for (ImportPart one : source.at("credential_list").map(Values::items).orElse(List.of())) {
            Optional<ImportPart> name = Values.at(one, "credential_name");
            if (use.isPresent()
                    && name.isPresent()
                    && Values.text(use.get()).equals(Values.text(name.get()))) {
                named.add(use.get());
                named.add(name.get());
            }
        }
        return named;
    }
}
