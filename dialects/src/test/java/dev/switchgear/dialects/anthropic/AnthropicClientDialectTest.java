package dev.switchgear.dialects.anthropic;

import static dev.switchgear.dialects.anthropic.Say.asked;
import static dev.switchgear.dialects.anthropic.Say.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.AnswerFormat;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Extra;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.ReasoningWish;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.chat.ToolChoice;
import dev.switchgear.families.llm.chat.Turn;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AnthropicClientDialectTest {
    private static final String HELLO = "'messages':[{'role':'user','content':'hi'}]";

    private static void invalid(String body, String param) {
        assertThatThrownBy(() -> asked(body))
                .as(body)
                .isInstanceOfSatisfying(
                        InvalidBody.class, wrong -> assertThat(wrong.param()).contains(param));
    }

    private static List<Part> content(String blocks) throws InvalidBody {
        return asked("{'max_tokens':1,'messages':[{'role':'user','content':[" + blocks + "]}]}")
                .turns()
                .getFirst()
                .parts();
    }

    @Test
    void every_field_is_read_into_neutral_words() throws Exception {
        ChatRequest asked =
                asked(
                        "{'model':'m','max_tokens':100,'system':'be kind','temperature':0.5,"
                                + "'top_p':0.9,'top_k':4,'stop_sequences':['END'],"
                                + "'metadata':{'user_id':'u'},'service_tier':'auto',"
                                + "'tool_choice':{'type':'tool','name':'t',"
                                + "'disable_parallel_tool_use':true},'thinking':{'type':'adaptive',"
                                + "'display':'summarized'},'output_config':{'effort':'xhigh',"
                                + "'format':{'type':'json_schema','schema':{'type':'object'}}},"
                                + HELLO
                                + "}");

        assertThat(asked.model()).isEqualTo("asked-model");
        assertThat(asked.turns())
                .containsExactly(
                        new Turn(Role.SYSTEM, List.of(new Part.Text("be kind"))),
                        new Turn(Role.USER, List.of(new Part.Text("hi"))));
        assertThat(asked.maxOutputTokens()).hasValue(100);
        assertThat(asked.sampling().temperature()).hasValue(0.5);
        assertThat(asked.sampling().topP()).hasValue(0.9);
        assertThat(asked.sampling().topK()).hasValue(4);
        assertThat(asked.stop()).containsExactly("END");
        assertThat(asked.user()).contains("u");
        assertThat(asked.toolChoice()).isEqualTo(new ToolChoice.Named("t"));
        assertThat(asked.parallelTools()).contains(false);
        assertThat(asked.reasoning())
                .isEqualTo(
                        new ReasoningWish(
                                Optional.of(Effort.XHIGH), OptionalLong.of(-1), Optional.of(true)));
        assertThat(asked.format())
                .isEqualTo(
                        new AnswerFormat.JsonSchema(
                                "", "", json("{'type':'object'}"), Optional.empty()));
        assertThat(asked.extras()).containsExactly(new Extra("service_tier", json("'auto'")));
    }

    @Test
    void tools_are_read_with_their_marks_and_hosted_ones_as_they_are() throws Exception {
        ChatRequest asked =
                asked(
                        "{'max_tokens':1,'tools':[{'name':'t','description':'d','strict':true,"
                                + "'input_schema':{'type':'object'},'defer_loading':true,"
                                + "'cache_control':{'type':'ephemeral','ttl':'1h'}},"
                                + "{'type':'web_search_20250305','name':'web_search'}],"
                                + HELLO
                                + "}");

        assertThat(asked.tools())
                .containsExactly(
                        new Tool.Function(
                                "t",
                                "d",
                                Optional.of(json("{'type':'object'}")),
                                Optional.of(true),
                                Optional.of(new Part.CacheMark("1h"))),
                        new Tool.Hosted(
                                Dialect.ANTHROPIC,
                                "web_search_20250305",
                                json("{'type':'web_search_20250305','name':'web_search'}")));
        assertThat(asked.extras())
                .containsExactly(new Extra("tools[0].defer_loading", json("true")));
    }

    @Test
    void every_block_is_read() throws Exception {
        JsonNode search = json("{'type':'search_result','source':'s','content':[]}");

        assertThat(
                        content(
                                "{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},"
                                        + "{'type':'image','source':{'type':'base64',"
                                        + "'media_type':'image/PNG','data':'AA=='}},"
                                        + "{'type':'image','source':{'type':'url','url':'u'}},"
                                        + "{'type':'image','source':{'type':'file',"
                                        + "'file_id':'f'}},"
                                        + "{'type':'document','title':'t','source':{'type':'text',"
                                        + "'media_type':'text/plain','data':'w'},"
                                        + "'citations':{'enabled':true}},"
                                        + search))
                .containsExactly(
                        new Part.Text("a"),
                        new Part.CacheMark(""),
                        new Part.Image(new Media.Inline("image/png", "AA=="), ""),
                        new Part.Image(new Media.Url("u", ""), ""),
                        new Part.Image(new Media.FileId(Dialect.ANTHROPIC, "f", ""), ""),
                        new Part.Document(new Media.PlainText("w"), "t"),
                        new Part.Foreign(
                                Dialect.ANTHROPIC, "document.citations", json("{'enabled':true}")),
                        new Part.Foreign(Dialect.ANTHROPIC, "search_result", search));
    }

    @Test
    void results_of_tools_stand_before_all_else_of_their_turn() throws Exception {
        assertThat(
                        content(
                                "{'type':'text','text':'and?'},"
                                        + "{'type':'tool_result','tool_use_id':'a','is_error':true,"
                                        + "'content':[{'type':'text','text':'x'},{'type':'image',"
                                        + "'source':{'type':'url','url':'u'}}]},"
                                        + "{'type':'tool_result','tool_use_id':'b'}"))
                .containsExactly(
                        new Part.ToolResult(
                                "a",
                                "",
                                List.of(
                                        new Part.Text("x"),
                                        new Part.Image(new Media.Url("u", ""), "")),
                                true),
                        new Part.ToolResult("b", "", List.of(), false),
                        new Part.Text("and?"));
    }

    @Test
    void reasoning_is_read_with_whose_it_is() throws Exception {
        var other = new Signature("s", Dialect.RESPONSES, "gpt");
        assertThat(
                        content(
                                "{'type':'thinking','thinking':'a','signature':'own'},"
                                        + "{'type':'thinking','thinking':'b','signature':''},"
                                        + "{'type':'redacted_thinking','data':'"
                                        + other.shownTo(Dialect.ANTHROPIC)
                                        + "'}"))
                .containsExactly(
                        new Part.Thinking(
                                "a", Optional.of(new Signature("own", Dialect.ANTHROPIC, ""))),
                        new Part.Thinking("b", Optional.empty()),
                        new Part.HiddenThinking(other));
    }

    @Test
    void thinking_turned_off_keeps_the_effort_for_the_words() throws Exception {
        ChatRequest asked =
                asked(
                        "{'max_tokens':1,'thinking':{'type':'disabled'},"
                                + "'output_config':{'effort':'low'},"
                                + HELLO
                                + "}");

        assertThat(asked.reasoning().meant()).contains(Effort.NONE);
        assertThat(asked.extras())
                .containsExactly(new Extra("output_config.effort", json("'low'")));
        assertThat(Say.body(asked, Say.UNKNOWN).path("output_config"))
                .isEqualTo(json("{'effort':'low'}"));
    }

    @Test
    void what_is_wrong_is_named_by_its_place() {
        invalid("{" + HELLO + "}", "max_tokens");
        invalid("{'max_tokens':1.5," + HELLO + "}", "max_tokens");
        invalid("{'max_tokens':-1," + HELLO + "}", "max_tokens");
        invalid("{'max_tokens':1}", "messages");
        invalid("{'max_tokens':1,'messages':[]}", "messages");
        invalid("{'max_tokens':1,'messages':[{'role':'tool','content':''}]}", "messages[0].role");
        invalid("{'max_tokens':1,'messages':[{'role':'user'}]}", "messages[0].content");
        invalid(
                "{'max_tokens':1,'messages':[{'role':'user','content':'a'},"
                        + "{'role':'user','content':[{'x':'b'}]}]}",
                "messages[1].content[0].type");
        invalid(
                "{'max_tokens':1,'messages':[{'role':'user','content':[{'type':'image',"
                        + "'source':{'type':'ftp'}}]}]}",
                "messages[0].content[0].source.type");
        invalid(
                "{'max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use',"
                        + "'id':'a','name':'t','input':'{}'}]}]}",
                "messages[0].content[0].input");
        invalid("{'max_tokens':1,'temperature':1.5," + HELLO + "}", "temperature");
        invalid("{'max_tokens':1,'temperature':1e999," + HELLO + "}", "temperature");
        invalid("{'max_tokens':1,'tools':[{'name':'t'}]," + HELLO + "}", "tools[0].input_schema");
        invalid("{'max_tokens':1,'tool_choice':'auto'," + HELLO + "}", "tool_choice");
        invalid("{'max_tokens':1,'thinking':{'type':1}," + HELLO + "}", "thinking.type");
        invalid("{'max_tokens':1,'stop_sequences':[1]," + HELLO + "}", "stop_sequences[0]");
        assertThatThrownBy(() -> asked("[1]")).isInstanceOf(InvalidBody.class);
        assertThatThrownBy(() -> asked("{")).isInstanceOf(InvalidBody.class);
    }

    @Test
    void a_question_for_a_count_needs_no_bound_on_output() throws Exception {
        var client = new AnthropicClientDialect();

        assertThat(client.countable(Say.bytes("{" + HELLO + "}"), "m").maxOutputTokens()).isEmpty();
    }
}
