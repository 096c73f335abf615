package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What stands at the top of a tool's parameters becomes an object in so many words, and which schemas
/// a model can be held to is known beforehand.
final class ObjectSchemasTest {
    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {'type':'object','properties':{'a':{}},'minProperties':1} | {'type':'object','properties':{'a':{}},'minProperties':1} |
                    {} | {'type':'object','properties':{}} |
                    {'type':'object'} | {'type':'object','properties':{}} |
                    {'properties':{'a':{'anyOf':[]}}} | {'type':'object','properties':{'a':{'anyOf':[]}}} |
                    {'type':['object','null'],'properties':{'a':{}}} | {'type':'object','properties':{'a':{}}} |
                    {'type':'array','items':{}} | {'type':'array','items':{}} |
                    {'$ref':'#/$defs/A','$defs':{'A':{'type':'object','properties':{'a':{}}}}} | {'type':'object','properties':{'a':{}},'$defs':{'A':{'type':'object','properties':{'a':{}}}}} |
                    {'allOf':[{'properties':{'a':{}},'required':['a']},{'properties':{'b':{}},'required':['b']}]} | {'type':'object','properties':{'a':{},'b':{}},'required':['a','b']} |
                    {'type':'object','properties':{'k':{}},'required':['k'],'anyOf':[{'properties':{'a':{}},'required':['a']},{'properties':{'a':{'type':'string'},'b':{}}}]} | {'type':'object','properties':{'k':{},'a':{'anyOf':[{},{'type':'string'}]},'b':{}},'required':['k'],'description':'{anyOf: [{~properties~:{~a~:{}},~required~:[~a~]},{~properties~:{~a~:{~type~:~string~},~b~:{}}}]}'} | anyOf
                    {'description':'D','type':'object','not':{'required':['a']}} | {'type':'object','description':'D\\n\\n{not: {~required~:[~a~]}}','properties':{}} | not
                    """)
    void parameters_are_an_object_in_so_many_words(String given, String fitted, String told) {
        JsonNode schema = json(given);

        ObjectSchemas.Fitted fit = ObjectSchemas.parameters(schema);

        assertThat(fit.schema()).isEqualTo(json(fitted.replace("~", "\\'")));
        assertThat(String.join(",", fit.told())).isEqualTo(told == null ? "" : told);
        assertThat(schema).as("what was given is left alone").isEqualTo(json(given));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {'type':'object','properties':{},'required':[],'additionalProperties':false} | true
                    {'type':'object','properties':{'a':{'type':['string','null'],'pattern':'x'},'b':{'$ref':'#/$defs/B'}},'required':['b','a'],'additionalProperties':false,'$defs':{'B':{'type':'array','items':{'enum':[1]},'maxItems':2}}} | true
                    {'type':'object','properties':{'a':{'anyOf':[{'type':'integer','minimum':1},{'type':'null'}]}},'required':['a'],'additionalProperties':false} | true
                    {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'string'}},'required':['a']} | false
                    {'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':true} | false
                    {'type':'object','properties':{'a':{}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'array'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'object'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'oneOf':[{'type':'string'}]}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'string','format':'uri'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'array','items':{'type':'string'},'uniqueItems':true}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'$ref':'#','description':'d'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'array','items':{'type':'string'}} | false
                    {'anyOf':[{'type':'object','properties':{},'required':[],'additionalProperties':false}]} | false
                    true | false
                    """)
    void a_model_is_held_to_a_closed_schema_alone(String schema, boolean taken) {
        assertThat(StrictSchemas.take(json(schema))).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {} | true
                    {'type':'object'} | true
                    {'type':'array','items':{}} | false
                    {'items':{}} | false
                    {'enum':['a']} | false
                    {'const':1} | false
                    {'anyOf':[{'type':'object'},{'properties':{}}]} | true
                    {'oneOf':[{'type':'object'},{'type':'string'}]} | false
                    {'$ref':'#/$defs/A','$defs':{'A':{'type':'string'}}} | false
                    {'$ref':'#'} | true
                    true | false
                    """)
    void whether_an_answer_is_an_object_is_seen(String schema, boolean object) {
        assertThat(ObjectSchemas.ofObjects(json(schema))).isEqualTo(object);
    }

    /// Few references make many parts: each of these has twenty of the next.
    @Test
    void parts_that_refer_to_parts_are_looked_at_within_bounds() {
        for (String choice : List.of("allOf", "anyOf", "oneOf")) {
            var schema = new StringBuilder("{'$defs':{'d0':{'properties':{'a':{}}}");
            for (int i = 1; i < 15; i++) {
                String one = "{'$ref':'#/$defs/d%d'}".formatted(i - 1);
                schema.append(",'d%d':{'%s':[".formatted(i, choice));
                schema.append(String.join(",", Collections.nCopies(20, one))).append("]}");
            }
            JsonNode whole = json(schema.append("},'$ref':'#/$defs/d14'}").toString());

            assertThat(ObjectSchemas.parameters(whole).schema().path("properties").has("a"))
                    .isTrue();
            assertThat(ObjectSchemas.ofObjects(whole)).isEqualTo(choice.equals("allOf"));
        }
        JsonNode circle =
                json("{'$defs':{'a':{'anyOf':[{'$ref':'#/$defs/a'}]}},'$ref':'#/$defs/a'}");
        assertThat(ObjectSchemas.ofObjects(circle)).isFalse();
        assertThat(ObjectSchemas.parameters(circle).told()).containsExactly("anyOf");
    }
}
