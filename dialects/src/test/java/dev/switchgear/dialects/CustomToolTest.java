package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.Tool;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// A tool that takes one text, in the words of both dialects that have it and of those that have not.
final class CustomToolTest {
    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    /// What a model is told that nothing holds to the grammar.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name':'c'} | '' | -",
                "{'name':'c','description':'runs'} | runs | -",
                "{'name':'c','description':'runs','format':{'type':'text'}} | runs | -",
                "{'name':'c','description':'runs','format':{'type':'grammar','syntax':'regex','definition':'start: WORD'}} | runs | regex",
                "{'name':'c','format':{'type':'grammar','definition':'start: WORD'}} | '' | lark",
                "{'custom':{'name':'c','description':'runs','format':{'type':'grammar','grammar':{'syntax':'lark','definition':'start: WORD'}}}} | runs | lark",
            })
    void a_grammar_is_told_in_words(String raw, String description, String syntax) {
        CustomTool tool = CustomTool.of(json(raw));
        var client =
                new ClientTool(
                        Dialect.RESPONSES,
                        ClientTool.Form.CUSTOM,
                        "c",
                        Optional.empty(),
                        json(raw),
                        true);

        Tool.Function function = tool.function("f", client);

        String told =
                syntax.equals("-")
                        ? ""
                        : "The text in `input` must follow this grammar (%s):\nstart: WORD"
                                .formatted(syntax);
        String between = description.isEmpty() || told.isEmpty() ? "" : "\n\n";
        assertThat(function.name()).isEqualTo("f");
        assertThat(function.description()).isEqualTo(description + between + told);
        assertThat(function.client()).contains(client);
        assertThat(function.parameters())
                .contains(
                        json(
                                "{'type':'object','properties':{'input':{'type':'string',"
                                        + "'description':'The whole input of the tool, as plain text.'}},"
                                        + "'required':['input'],'additionalProperties':false}"));
    }

    @Test
    void either_dialect_has_it_as_the_other_said_it() {
        JsonNode flat =
                json(
                        "{'type':'custom','name':'c','description':'runs','format':"
                                + "{'type':'grammar','syntax':'regex','definition':'a+'}}");
        JsonNode wrapped =
                json(
                        "{'type':'custom','custom':{'name':'c','description':'runs','format':"
                                + "{'type':'grammar','grammar':{'syntax':'regex','definition':'a+'}}}}");

        for (JsonNode raw : new JsonNode[] {flat, wrapped}) {
            assertThat(CustomTool.of(raw).flat("c")).isEqualTo(flat);
            assertThat(CustomTool.of(raw).wrapped("c")).isEqualTo(wrapped);
        }
        JsonNode plain = json("{'type':'custom','name':'c'}");
        assertThat(CustomTool.of(plain).flat("c")).isEqualTo(plain);
        assertThat(CustomTool.of(plain).wrapped("c"))
                .isEqualTo(json("{'type':'custom','custom':{'name':'c'}}"));
    }
}
