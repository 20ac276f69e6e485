package main_test

import "syscall"

func mount(dir, size string) error {
	return syscall.Mount("dure", dir, "tmpfs", 0, "mode=0755,size="+size)
}

func unmount(dir string) error { return syscall.Unmount(dir, 0) }
