package dev.switchgear.dialects.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClosedSchemaTest {
    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'type':'object'}                      | {'type':'object','additionalProperties':false}
                    {'type':'object','additionalProperties':true} | {'type':'object','additionalProperties':true}
                    {'type':'array','items':{'type':'object'}} | {'type':'array','items':{'type':'object','additionalProperties':false}}
                    {'anyOf':[{'type':'object'},{'type':'null'}]} | {'anyOf':[{'type':'object','additionalProperties':false},{'type':'null'}]}
                    {'properties':{'type':{'type':'string'}}} | {'properties':{'type':{'type':'string'}},'additionalProperties':false}
                    {'$defs':{'a':{'type':'object'}},'type':'string'} | {'$defs':{'a':{'type':'object','additionalProperties':false}},'type':'string'}
                    true                                   | true
                    """)
    void objects_are_closed_wherever_they_stand_unless_said_otherwise(String open, String closed) {
        JsonNode given = json(open);

        assertThat(ClosedSchema.of(given)).isEqualTo(json(closed));
        assertThat(given).as("what was given is left alone").isEqualTo(json(open));
    }
}
