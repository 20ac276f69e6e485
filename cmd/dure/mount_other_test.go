//go:build !linux

package main_test

import "errors"

func mount(string, string) error { return errors.New("this is no Linux") }

func unmount(string) error { return nil }
