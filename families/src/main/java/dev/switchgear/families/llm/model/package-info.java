/// What is known of models without asking anybody: sizes, capabilities, limits and prices, each with
/// its source and date. Data, in the YAML files beside these classes.
@NullMarked
package dev.switchgear.families.llm.model;

import org.jspecify.annotations.NullMarked;
