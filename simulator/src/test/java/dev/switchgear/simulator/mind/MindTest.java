package dev.switchgear.simulator.mind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MindTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void pieces_joined_are_the_text_again_and_split_no_character() {
        String text = "Größe 🙂🙂🙂🙂🙂🙂🙂🙂 matters —\n\n  a lot, internationalisation";

        List<String> pieces = Tokens.of(text);

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces)
                .allSatisfy(piece ->
                        assertThat(
                                        new String(
                                                piece.getBytes(StandardCharsets.UTF_8),
                                                StandardCharsets.UTF_8))
                                .isEqualTo(piece));
    }

    @Test
    void an_answer_stays_on_topic_says_that_it_is_simulated_and_leaves_ascii() {
        for (int seed = 0; seed < 200; seed++) {
            String answer = Prose.about("Could you explain circuit breakers?", Dice.of(seed));

            assertThat(answer).contains("circuit breakers").containsIgnoringCase("simulated");
            assertThat(answer.getBytes(StandardCharsets.UTF_8).length)
                    .isGreaterThan(answer.length());
            double perToken =
                    answer.getBytes(StandardCharsets.UTF_8).length
                            / (double) Tokens.of(answer).size();
            assertThat(perToken).isCloseTo(4, within(1.0));
        }
    }

    @Test
    void a_prompt_about_nothing_is_greeted() {
        assertThat(Prose.about("hi", Dice.of(1))).contains("simulated model");
    }

    @Test
    void texts_that_share_words_lie_nearer_than_texts_that_share_none() {
        float[] breaker = Vectors.embed("circuit breaker opens", 256, 1);
        float[] near = Vectors.embed("the circuit breaker closes", 256, 1);
        float[] far = Vectors.embed("warm apple pie", 256, 1);

        assertThat(dot(breaker, near)).isGreaterThan(dot(breaker, far) + 0.2);
        assertThat(dot(breaker, breaker)).isCloseTo(1, within(1e-5));
    }

    private static double dot(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * (double) right[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'object','properties':{'rating':{'type':'integer','minimum':1,'maximum':5},'joke':{'type':'string'}},'required':['rating','joke'],'additionalProperties':false}",
                "{'type':'object','properties':{'tags':{'type':'array','items':{'enum':['a','b','c']},'minItems':3,'maxItems':3,'uniqueItems':true}},'required':['tags']}",
                "{'$defs':{'node':{'type':'object','properties':{'value':{'type':'number','exclusiveMinimum':0},'next':{'anyOf':[{'$ref':'#/$defs/node'},{'type':'null'}]}},'required':['value','next'],'additionalProperties':false}},'$ref':'#/$defs/node'}",
                "{'type':'object','properties':{'id':{'type':'string','pattern':'^[A-Z]{3}-\\\\d{4}$'},'when':{'type':'string','format':'date-time'},'who':{'type':'string','format':'email'},'u':{'type':'string','format':'uuid'}},'required':['id','when','who','u']}",
                "{'allOf':[{'type':'object','properties':{'a':{'type':'boolean'}},'required':['a']},{'properties':{'b':{'type':'string','minLength':50,'maxLength':60}},'required':['b']}]}",
                "{'type':'array','prefixItems':[{'type':'integer'},{'const':'x'}],'items':{'type':'integer','multipleOf':7},'minItems':5}",
                "{'type':['object','null'],'properties':{'n':{'type':['integer','null'],'minimum':-3,'maximum':-1}},'required':['n']}",
                "{'type':'object','properties':{'code':{'type':'string','pattern':'(foo|bar)+[^a-y]?\\\\w*x{2,3}'}},'required':['code']}",
            })
    void an_example_satisfies_its_schema(String schema) {
        JsonNode node = JSON.readTree(schema.replace('\'', '"'));
        var validator =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(node);

        for (int seed = 0; seed < 50; seed++) {
            JsonNode example =
                    SchemaExample.of(node, Hints.of("Rate \"Paris\" 3 of 5"), Dice.of(seed));

            assertThat(validator.validate(example)).as(example.toString()).isEmpty();
        }
    }

    @Test
    void arguments_take_the_numbers_and_names_of_the_prompt() {
        JsonNode schema =
                JSON.readTree(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},"
                                + "\"b\":{\"type\":\"integer\"},\"city\":{\"type\":\"string\"}},"
                                + "\"required\":[\"a\",\"b\",\"city\"]}");

        JsonNode example =
                SchemaExample.of(schema, Hints.of("What is 1231 * 2331 in Oslo?"), Dice.of(1));

        assertThat(example.toString()).isEqualTo("{\"a\":1231,\"b\":2331,\"city\":\"Oslo\"}");
    }

    private static OfferedTool tool(String name, String... properties) {
        var schema = JSON.createObjectNode().put("type", "object");
        var fields = schema.putObject("properties");
        for (String property : properties) {
            String[] parts = property.split(":", -1);
            fields.putObject(parts[0]).put("type", parts[1]);
            schema.withArray("required").add(parts[0]);
        }
        return new OfferedTool(name, "", schema, false);
    }

    private static List<String> called(String prompt, boolean parallel, OfferedTool... tools) {
        return Mind.reply(
                        Question.of(prompt)
                                .with(new Question.Tools(List.of(tools), "", false, parallel)),
                        Dice.of(1))
                .calls()
                .stream()
                .map(call -> call.tool().name() + call.arguments())
                .toList();
    }

    @Test
    void a_prompt_that_names_two_tools_calls_both_at_once_unless_that_is_forbidden() {
        OfferedTool weather = tool("get_weather", "city:string");
        OfferedTool clock = tool("get_time", "city:string");
        String prompt = "What is the weather and the time in Paris?";

        assertThat(called(prompt, true, weather, clock))
                .containsExactly("get_weather{\"city\":\"Paris\"}", "get_time{\"city\":\"Paris\"}");
        assertThat(called(prompt, false, weather, clock)).hasSize(1);
    }

    @Test
    void twice_the_numbers_that_a_tool_takes_are_two_calls() {
        OfferedTool add = tool("add", "a:integer", "b:integer");

        assertThat(called("What is 1 + 2, and 3 + 4?", true, add))
                .containsExactly("add{\"a\":1,\"b\":2}", "add{\"a\":3,\"b\":4}");
        assertThat(called("What is 1 + 2, and 3 + 4?", false, add)).hasSize(1);
    }

    @Test
    void both_and_parallel_ask_for_two_calls_in_any_case() {
        OfferedTool one = tool("lookup", "id:integer");
        OfferedTool two = tool("fetch", "id:integer");

        assertThat(called("Use both", true, one, two)).hasSize(2);
        assertThat(called("In parallel, please", true, one)).hasSize(2);
        assertThat(called("Use both", false, one, two)).hasSize(1);
        assertThat(called("Use both. Do NOT call any tools.", true, one, two)).isEmpty();
    }

    @Test
    void what_stands_before_now_leads_to_nothing() {
        OfferedTool read = tool("read_file", "path:string");
        String before = "[call read_file a] Say \"before\" [now]\n";

        assertThat(called(before + "[call read_file b] [now] [call read_file c]", true, read))
                .containsExactly("read_file{\"path\":\"c\"}");
        assertThat(Mind.reply(Question.of(before + "Say \"after\""), Dice.of(1)).pieces())
                .containsExactly("after");
    }

    @Test
    void an_order_in_the_prompt_calls_just_that_tool_with_just_that_argument() {
        OfferedTool read = tool("read_file", "path:string");
        OfferedTool list = tool("files__list", "path:string", "depth:integer");
        var text = new OfferedTool("exec", "", JSON.missingNode(), true);
        String prompt =
                "Go on. [call read_file {\"path\":[\"a\"]}] [call list b.txt]\n[call exec text(\"c\")]"
                        + " [call nobody {}]";

        assertThat(called(prompt, true, list, text, read))
                .containsExactly(
                        "read_file{\"path\":[\"a\"]}",
                        "files__list{\"path\":\"b.txt\"}",
                        "exectext(\"c\")");
        assertThat(called(prompt, false, list, text, read))
                .containsExactly("read_file{\"path\":[\"a\"]}");
    }

    @Test
    void an_order_in_what_a_tool_said_is_obeyed_instead_of_the_prompt_s() {
        var asked =
                new Question(
                        "[call read_file first] Say \"done\"",
                        0,
                        List.of("[call read_file second]"),
                        new Question.Tools(
                                List.of(tool("read_file", "path:string")), "", false, true),
                        new Question.Form.Prose(),
                        Question.Thinking.NONE,
                        List.of(),
                        1000);
        var told =
                new Question(
                        asked.prompt(),
                        0,
                        List.of("that is all"),
                        asked.tools(),
                        asked.form(),
                        asked.thinking(),
                        List.of(),
                        1000);

        assertThat(Mind.reply(asked, Dice.of(1)).calls())
                .extracting(Reply.Call::arguments)
                .containsExactly("{\"path\":\"second\"}");
        assertThat(Mind.reply(told, Dice.of(1)).text()).isEqualTo("done");
    }

    @Test
    void thoughts_grow_with_the_effort_and_keep_to_their_bound() {
        Question question = Question.of("Explain tides");

        int low = thoughts(question.with(new Question.Thinking(Question.Effort.LOW, 1000)));
        int high = thoughts(question.with(new Question.Thinking(Question.Effort.HIGH, 1000)));

        assertThat(thoughts(question)).isZero();
        assertThat(high).isGreaterThan(low * 2);
        assertThat(thoughts(question.with(new Question.Thinking(Question.Effort.HIGH, 10))))
                .isEqualTo(10);
        Reply bounded =
                Mind.reply(
                        question.with(new Question.Thinking(Question.Effort.LOW, 1000)).upTo(5),
                        Dice.of(1));
        assertThat(bounded.end()).isEqualTo(Reply.End.LENGTH);
        assertThat(bounded.tokens()).isEqualTo(5);
        assertThat(bounded.pieces()).isEmpty();
    }

    private static int thoughts(Question question) {
        return Mind.reply(question, Dice.of(1)).thoughts().size();
    }
}
