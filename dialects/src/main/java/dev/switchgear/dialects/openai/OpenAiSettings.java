package dev.switchgear.dialects.openai;

import static dev.switchgear.dialects.SettingsGroup.bound;
import static dev.switchgear.dialects.SettingsGroup.choice;
import static dev.switchgear.dialects.SettingsGroup.form;
import static dev.switchgear.dialects.SettingsGroup.setting;

import dev.switchgear.dialects.SettingsFit;
import dev.switchgear.dialects.SettingsGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where a chat completion has its settings.
final class OpenAiSettings {
    private OpenAiSettings() {}

    /// Of a stranger it is not known which vendor's words for reasoning it takes: they are left to it.
    static SettingsFit.Shape of(OpenAiFlavour flavour) {
        boolean stranger = flavour.equals(OpenAiFlavour.COMPATIBLE);
        var groups = new ArrayList<SettingsGroup>();
        groups.add(
                bound(
                        Set.of("max_tokens", "max_completion_tokens"),
                        "max_completion_tokens",
                        "max_tokens"));
        for (String name :
                List.of(
                        "temperature",
                        "top_p",
                        "top_k",
                        "seed",
                        "presence_penalty",
                        "frequency_penalty",
                        "stop")) {
            groups.add(setting(name));
        }
        Set<String> told = Set.of("reasoning_effort", "reasoning");
        groups.add(
                stranger
                        ? setting(told, "reasoning_effort")
                        : setting(
                                told,
                                "reasoning_effort",
                                "reasoning",
                                "thinking",
                                "include_reasoning"));
        groups.add(choice("tool_choice"));
        groups.add(form("response_format"));
        if (flavour.extras().othersSent()) {
            flavour.extras().named().stream()
                    .sorted()
                    .map(SettingsGroup::setting)
                    .forEach(groups::add);
        }
        return new SettingsFit.Shape(
                "\"messages\":[{\"role\":\"user\",\"content\":\".\"}]",
                "tools",
                false,
                !stranger,
                List.of("\"image_url\""),
                groups);
    }
}
