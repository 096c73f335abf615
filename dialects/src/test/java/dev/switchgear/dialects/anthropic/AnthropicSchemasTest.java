package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AnthropicSchemasTest {
    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'type':'object'} | {'type':'object','additionalProperties':false} |
                    {'type':'array','items':{'type':'object'}} | {'type':'array','items':{'type':'object','additionalProperties':false}} |
                    {'anyOf':[{'type':'object'},{'type':'null'}]} | {'anyOf':[{'type':'object','additionalProperties':false},{'type':'null'}]} |
                    {'properties':{'type':{'type':'string'}}} | {'type':'object','properties':{'type':{'type':'string'}},'additionalProperties':false} |
                    {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':true} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{additionalProperties: true}'} | additionalProperties
                    {'type':'integer','minimum':0,'maximum':120} | {'type':'integer','description':'{minimum: 0, maximum: 120}'} | minimum,maximum
                    {'type':'number','description':'Years.','exclusiveMinimum':0.5,'exclusiveMaximum':9,'multipleOf':3} | {'type':'number','description':'Years.\\n\\n{exclusiveMinimum: 0.5, exclusiveMaximum: 9, multipleOf: 3}'} | exclusiveMinimum,exclusiveMaximum,multipleOf
                    {'type':'string','minLength':1,'maxLength':40} | {'type':'string','description':'{minLength: 1, maxLength: 40}'} | minLength,maxLength
                    {'type':'array','items':{'type':'string'},'minItems':0} | {'type':'array','items':{'type':'string'},'minItems':0} |
                    {'type':'array','items':{'type':'string'},'minItems':1} | {'type':'array','items':{'type':'string'},'minItems':1} |
                    {'type':'array','items':{'type':'string'},'minItems':2,'maxItems':3,'uniqueItems':true} | {'type':'array','items':{'type':'string'},'description':'{minItems: 2, maxItems: 3, uniqueItems: true}'} | minItems,maxItems,uniqueItems
                    {'type':'array','prefixItems':[{'type':'string'}]} | {'type':'array','description':'{prefixItems: [{\\'type\\':\\'string\\'}]}'} | prefixItems
                    {'type':'array','contains':{'type':'string'},'minContains':1,'maxContains':2} | {'type':'array','description':'{contains: {\\'type\\':\\'string\\'}, minContains: 1, maxContains: 2}'} | contains,minContains,maxContains
                    {'type':'object','properties':{'a':{'type':'string'}},'minProperties':1,'maxProperties':2} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{minProperties: 1, maxProperties: 2}'} | minProperties,maxProperties
                    {'type':'object','properties':{'a':{'type':'string'}},'required':['a','b']} | {'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false,'description':'{required: [\\'a\\',\\'b\\']}'} | required
                    {'type':'object','properties':{'a':{'type':'string'}},'dependentRequired':{'a':['b']}} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{dependentRequired: {\\'a\\':[\\'b\\']}}'} | dependentRequired
                    {'type':'object','properties':{'a':{'type':'string'}},'if':{'required':['a']},'then':{'minProperties':1},'not':{'required':['c']}} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{if: {\\'required\\':[\\'a\\']}, then: {\\'minProperties\\':1}, not: {\\'required\\':[\\'c\\']}}'} | if,then,not
                    {'type':'object','properties':{'a':{'type':'string'}},'patternProperties':{'^x':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{patternProperties: {\\'^x\\':{\\'type\\':\\'string\\'}}}'} | patternProperties
                    {'type':'string','format':'date-time'} | {'type':'string','format':'date-time'} |
                    {'type':'string','format':'phone'} | {'type':'string','description':'{format: phone}'} | format
                    {'type':'string','pattern':'^[a-z]+(?:xy){1,3}$'} | {'type':'string','pattern':'^[a-z]+(?:xy){1,3}$'} |
                    {'type':'string','pattern':'^(?=a)b'} | {'type':'string','description':'{pattern: ^(?=a)b}'} | pattern
                    {'type':'string','contentEncoding':'base64','examples':['QQ==']} | {'type':'string','description':'{contentEncoding: base64, examples: [\\'QQ==\\']}'} | contentEncoding,examples
                    {'type':['string','null'],'default':null,'title':'T'} | {'type':['string','null'],'default':null,'title':'T'} |
                    {'type':'string','nullable':true} | {'type':['string','null']} |
                    {'enum':['a',1,true,null]} | {'enum':['a',1,true,null]} |
                    {'const':'a'} | {'const':'a'} |
                    {'type':'object','enum':[{'a':1}]} | {'type':'object','additionalProperties':false,'description':'{enum: [{\\'a\\':1}]}'} | enum
                    {'oneOf':[{'type':'string'},{'type':'integer'}]} | {'anyOf':[{'type':'string'},{'type':'integer'}]} | oneOf
                    {'type':'object','properties':{'a':{'type':'string'}},'anyOf':[{'required':['a']}]} | {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'description':'{anyOf: [{\\'required\\':[\\'a\\']}]}'} | anyOf
                    {'type':'object','oneOf':[{'type':'object','properties':{'a':{'type':'string'}}}]} | {'anyOf':[{'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false}]} | oneOf
                    {'$schema':'x','$id':'y','$comment':'z','type':'string'} | {'type':'string'} |
                    """)
    void what_the_subset_lacks_is_told_in_the_description(
            String given, String fitted, String told) {
        JsonNode schema = json(given.replace("\\'", "'"));

        AnthropicSchemas.Fitted fit = AnthropicSchemas.fit(schema).orElseThrow();

        JsonNode expected =
                JsonMapper.shared()
                        .readTree(
                                fitted.replace("\\'", "\u0001")
                                        .replace('\'', '"')
                                        .replace("\u0001", "\\\""));
        assertThat(fit.schema()).isEqualTo(expected);
        assertThat(String.join(",", fit.told())).isEqualTo(told == null ? "" : told);
        assertThat(schema)
                .as("what was given is left alone")
                .isEqualTo(json(given.replace("\\'", "'")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'$defs':{'a':{'type':'object'},'b':{'type':'string'}},'type':'object','properties':{'x':{'$ref':'#/$defs/a'}}} | {'$defs':{'a':{'type':'object','additionalProperties':false}},'type':'object','properties':{'x':{'$ref':'#/$defs/a'}},'additionalProperties':false}
                    {'definitions':{'a':{'type':'string','maxLength':3}},'type':'array','items':{'$ref':'#/definitions/a'}} | {'definitions':{'a':{'type':'string','description':'{maxLength: 3}'}},'type':'array','items':{'$ref':'#/definitions/a'}}
                    {'$defs':{'a':{'type':'string'}},'type':'array','items':{'$ref':'#/$defs/a','description':'D'}} | {'$defs':{'a':{'type':'string'}},'type':'array','items':{'type':'string','description':'D'}}
                    {'$defs':{'a':{'type':'object','properties':{'p':{'type':'string'}},'required':['p']}},'allOf':[{'$ref':'#/$defs/a'},{'type':'object','properties':{'q':{'type':'string'}},'required':['q']}]} | {'$defs':{'a':{'type':'object','properties':{'p':{'type':'string'}},'required':['p'],'additionalProperties':false}},'type':'object','properties':{'p':{'type':'string'},'q':{'type':'string'}},'required':['p','q'],'additionalProperties':false}
                    """)
    void references_and_joined_schemas_stay_what_they_mean(String given, String fitted) {
        assertThat(AnthropicSchemas.fit(json(given)).orElseThrow().schema())
                .isEqualTo(json(fitted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$defs':{'n':{'type':'object','properties':{'next':{'$ref':'#/$defs/n'}}}},'$ref':'#/$defs/n'}",
                "{'type':'object','properties':{'children':{'type':'array','items':{'$ref':'#'}}}}",
                "{'type':'object','properties':{'a':{'$ref':'https://example.com/s.json'}}}",
                "{'type':'object','properties':{'a':{'$ref':'#/$defs/missing'}}}",
                "{'type':'object','additionalProperties':{'type':'integer'}}",
                "{'type':'object','patternProperties':{'^x':{'type':'string'}}}",
                "{'type':'object','properties':{'a':{}}}",
                "{'type':'object','properties':{'a':true}}",
                "{'allOf':[{'type':'string'},{'type':'integer'}]}",
                "true"
            })
    void what_the_subset_cannot_mean_is_not_said_in_it(String given) {
        assertThat(AnthropicSchemas.fit(json(given))).isEmpty();
    }

    @Test
    void a_schema_beyond_all_bounds_is_none() {
        String deep = "{'type':'array','items':".repeat(80) + "{'type':'string'}" + "}".repeat(80);
        var wide = new StringBuilder("{'$defs':{'d0':{'type':'string'}");
        for (int i = 1; i < 40; i++) {
            wide.append(
                    ",'d%d':{'anyOf':[{'$ref':'#/$defs/d%d','title':'a','description':'l'},{'$ref':'#/$defs/d%d','description':'r'}]}"
                            .formatted(i, i - 1, i - 1));
        }
        wide.append("},'$ref':'#/$defs/d39'}");

        assertThat(List.of(json(deep), json(wide.toString())))
                .allSatisfy(schema -> assertThat(AnthropicSchemas.fit(schema)).isEmpty());
    }

    @Test
    void a_request_has_room_for_so_many_optional_properties_and_strict_tools() {
        var room = new AnthropicSchemas.Room();
        JsonNode one = json("{'type':'object','properties':{'a':{'type':'string'}}}");
        AnthropicSchemas.Fitted fitted = AnthropicSchemas.fit(one).orElseThrow();

        assertThat(fitted.optional()).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            assertThat(room.takesTool(fitted)).isTrue();
        }
        assertThat(room.takesTool(fitted)).as("the 21st tool").isFalse();
        for (int i = 20; i < 24; i++) {
            assertThat(room.takes(fitted)).isTrue();
        }
        assertThat(room.takes(fitted)).as("the 25th optional property").isFalse();
    }
}
