package main

import (
	"context"
	"errors"

	"github.com/openai/openai-go"
	"github.com/openai/openai-go/option"
	"github.com/openai/openai-go/responses"
)

// OpenAI's own SDK.
func officialOpenAI(g given) library {
	client := openai.NewClient(
		option.WithBaseURL(g.Base+"/v1"), option.WithAPIKey(g.Key), option.WithMaxRetries(0),
	)
	return library{
		ask: func(ctx context.Context, asked question, streamed bool) (said, error) {
			return officialOpenAIAsked(ctx, client, asked, streamed)
		},
		status: func(err error) int {
			var one *openai.Error
			if errors.As(err, &one) {
				return one.StatusCode
			}
			return 0
		},
		more: map[string]func(ctx context.Context, model string) (any, error){
			"models": func(ctx context.Context, _ string) (any, error) {
				ids := []string{}
				list := client.Models.ListAutoPaging(ctx)
				for list.Next() {
					ids = append(ids, list.Current().ID)
				}
				return ids, list.Err()
			},
			"responses": func(ctx context.Context, model string) (any, error) {
				return officialOpenAIResponses(ctx, client, model)
			},
		},
	}
}

func officialOpenAIAsked(
	ctx context.Context, client openai.Client, asked question, streamed bool,
) (said, error) {
	request := openai.ChatCompletionNewParams{
		Model:    asked.model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(asked.prompt)},
	}
	if asked.tools {
		request.Tools = []openai.ChatCompletionToolParam{{
			Function: openai.FunctionDefinitionParam{
				Name:        "get_weather",
				Description: openai.String("The weather of a city"),
				Parameters:  weather(),
			},
		}}
	}
	if asked.after != nil {
		message := asked.after.exchange.(openai.ChatCompletionMessage)
		request.Messages = append(request.Messages, message.ToParam())
		for _, one := range asked.after.Calls {
			request.Messages = append(request.Messages, openai.ToolMessage(told, one.ID))
		}
	}
	if !streamed {
		answer, err := client.Chat.Completions.New(ctx, request)
		if err != nil {
			return said{}, err
		}
		return officialOpenAISaid(*answer), nil
	}
	request.StreamOptions.IncludeUsage = openai.Bool(true)
	stream := client.Chat.Completions.NewStreaming(ctx, request)
	defer stream.Close()
	whole := openai.ChatCompletionAccumulator{}
	for stream.Next() {
		if !whole.AddChunk(stream.Current()) {
			return said{}, errors.New("a piece does not belong to the others")
		}
	}
	return officialOpenAISaid(whole.ChatCompletion), stream.Err()
}

func officialOpenAISaid(answer openai.ChatCompletion) said {
	if len(answer.Choices) == 0 {
		return said{}
	}
	choice := answer.Choices[0]
	one := said{
		Text:     choice.Message.Content,
		Finish:   choice.FinishReason,
		Input:    answer.Usage.PromptTokens,
		Output:   answer.Usage.CompletionTokens,
		exchange: choice.Message,
	}
	for _, called := range choice.Message.ToolCalls {
		one.Calls = append(one.Calls, call{called.ID, called.Function.Name, called.Function.Arguments})
	}
	return one
}

func officialOpenAIResponses(
	ctx context.Context, client openai.Client, model string,
) (map[string]said, error) {
	request := responses.ResponseNewParams{
		Model: model,
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(saying)},
	}
	plain, err := client.Responses.New(ctx, request)
	if err != nil {
		return nil, err
	}
	var whole responses.Response
	stream := client.Responses.NewStreaming(ctx, request)
	defer stream.Close()
	for stream.Next() {
		if event := stream.Current(); event.Type == "response.completed" {
			whole = event.Response
		}
	}
	return map[string]said{
		"plain":    officialOpenAIResponse(*plain),
		"streamed": officialOpenAIResponse(whole),
	}, stream.Err()
}

func officialOpenAIResponse(answer responses.Response) said {
	return said{
		Text:   answer.OutputText(),
		Finish: string(answer.Status),
		Input:  answer.Usage.InputTokens,
		Output: answer.Usage.OutputTokens,
	}
}
