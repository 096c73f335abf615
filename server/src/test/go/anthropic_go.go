package main

import (
	"context"
	"errors"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

// Anthropic's own SDK.
func officialAnthropic(g given) library {
	client := anthropic.NewClient(
		option.WithBaseURL(g.Base), option.WithAPIKey(g.Key), option.WithMaxRetries(0),
	)
	return library{
		ask: func(ctx context.Context, asked question, streamed bool) (said, error) {
			return officialAnthropicAsked(ctx, client, asked, streamed)
		},
		status: func(err error) int {
			var one *anthropic.Error
			if errors.As(err, &one) {
				return one.StatusCode
			}
			return 0
		},
		more: map[string]func(ctx context.Context, model string) (any, error){
			"models": func(ctx context.Context, _ string) (any, error) {
				ids := []string{}
				list := client.Models.ListAutoPaging(ctx, anthropic.ModelListParams{})
				for list.Next() {
					ids = append(ids, list.Current().ID)
				}
				return ids, list.Err()
			},
			"count": func(ctx context.Context, model string) (any, error) {
				count, err := client.Messages.CountTokens(ctx, anthropic.MessageCountTokensParams{
					Model:    anthropic.Model(model),
					Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(story))},
				})
				if err != nil {
					return nil, err
				}
				return count.InputTokens, nil
			},
		},
	}
}

func officialAnthropicAsked(
	ctx context.Context, client anthropic.Client, asked question, streamed bool,
) (said, error) {
	request := anthropic.MessageNewParams{
		Model:     anthropic.Model(asked.model),
		MaxTokens: 500,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(asked.prompt))},
	}
	if asked.tools {
		schema := weather()
		request.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{
			Name:        "get_weather",
			Description: anthropic.String("The weather of a city"),
			InputSchema: anthropic.ToolInputSchemaParam{
				Properties: schema["properties"],
				Required:   schema["required"].([]string),
			},
		}}}
	}
	if asked.after != nil {
		message := asked.after.exchange.(anthropic.Message)
		results := []anthropic.ContentBlockParamUnion{}
		for _, one := range asked.after.Calls {
			results = append(results, anthropic.NewToolResultBlock(one.ID, told, false))
		}
		request.Messages = append(request.Messages, message.ToParam(), anthropic.NewUserMessage(results...))
	}
	if !streamed {
		answer, err := client.Messages.New(ctx, request)
		if err != nil {
			return said{}, err
		}
		return officialAnthropicSaid(*answer), nil
	}
	stream := client.Messages.NewStreaming(ctx, request)
	defer stream.Close()
	whole := anthropic.Message{}
	for stream.Next() {
		if err := whole.Accumulate(stream.Current()); err != nil {
			return said{}, err
		}
	}
	return officialAnthropicSaid(whole), stream.Err()
}

func officialAnthropicSaid(answer anthropic.Message) said {
	one := said{
		Finish:   string(answer.StopReason),
		Input:    answer.Usage.InputTokens,
		Output:   answer.Usage.OutputTokens,
		exchange: answer,
	}
	for _, block := range answer.Content {
		// Not by `AsAny`, which reads anew what a block was when it ended: one that broke off never did.
		switch block.Type {
		case "text":
			one.Text += block.Text
		case "tool_use":
			one.Calls = append(one.Calls, call{block.ID, block.Name, string(block.Input)})
		}
	}
	return one
}
