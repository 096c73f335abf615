package dev.switchgear.dialects.anthropic;

import static dev.switchgear.dialects.anthropic.Say.asked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.chat.Tool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What models other than Claude are told of the tools that it knows by their type.
final class AnthropicClientToolsTest {
    /// Claude's editor can take an edit back up to the version of January 2025 (text editor tool, Anthropic's
    /// documentation).
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text_editor_20241022 | view create str_replace insert undo_edit | command path",
                "text_editor_20250124 | view create str_replace insert undo_edit | command path",
                "text_editor_20250429 | view create str_replace insert | command path",
                "text_editor_20250728 | view create str_replace insert | command path",
                "text_editor_20261231 | view create str_replace insert | command path",
                "memory_20250818 | view create str_replace insert delete rename | command",
                "bash_20241022 | '' | ''",
                "bash_20250124 | '' | ''",
            })
    void each_offers_the_commands_of_its_version(String type, String commands, String required)
            throws Exception {
        JsonNode schema = schema(type);

        assertThat(words(schema.at("/properties/command/enum"))).isEqualTo(commands);
        assertThat(words(schema.path("required"))).isEqualTo(required);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text_editor_20250124 | command path view_range file_text old_str insert_line new_str",
                "text_editor_20250728 | command path view_range file_text old_str insert_line new_str",
                "memory_20250818 | command path view_range file_text old_str insert_line new_str insert_text old_path new_path",
                "bash_20250124 | command restart",
            })
    void each_takes_what_its_commands_take(String type, String fields) throws Exception {
        JsonNode properties = schema(type).path("properties");

        assertThat(String.join(" ", properties.propertyNames())).isEqualTo(fields);
        for (JsonNode property : properties) {
            assertThat(property.path("description").asString("")).isNotEmpty();
        }
    }

    private static JsonNode schema(String type) throws Exception {
        List<Tool> tools =
                asked(
                                "{'max_tokens':1,'messages':[{'role':'user','content':'go'}],"
                                        + "'tools':[{'type':'"
                                        + type
                                        + "','name':'t'}]}")
                        .tools();
        assertThat(tools).hasSize(1);
        var function = (Tool.Function) tools.getFirst();
        assertThat(function.name()).isEqualTo("t");
        return function.parameters().orElseThrow();
    }

    private static String words(JsonNode list) {
        var words = new ArrayList<String>();
        for (JsonNode word : list) {
            words.add(word.asString(""));
        }
        return String.join(" ", words);
    }
}
