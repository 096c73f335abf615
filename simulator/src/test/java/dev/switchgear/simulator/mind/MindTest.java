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
}
